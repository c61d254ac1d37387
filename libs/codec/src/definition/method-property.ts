/**
 * The property of clients and handlers that stands for a method: its name, but `then_` for `then`. An object with a
 * method `then` is a thenable, which `await` would call. `then_` is `then__`, so that no two methods meet.
 */
export function propertyOfMethod(method: string): string {
  return /^then_*$/.test(method) ? `${method}_` : method;
}

/** The method that a property stands for: what {@link propertyOfMethod} turns into it. */
export function methodOfProperty(property: string): string {
  return /^then_+$/.test(property) ? property.slice(0, -1) : property;
}
