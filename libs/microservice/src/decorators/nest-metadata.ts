/**
 * Names that Nest keeps its metadata under. It exports them for itself alone; a test holds them against the
 * installed version.
 */
export const NEST_METADATA = {
  /** Of a class and a method: what the parameter decorators said. */
  parameterDecorators: '__routeArguments__',
  /** Of a class or a method: its exception filters. */
  exceptionFilters: '__exceptionFilters__',
  /** Of a class or a method: its guards, interceptors and pipes. */
  guards: '__guards__',
  interceptors: '__interceptors__',
  pipes: '__pipes__',
  /** Of a function: the patterns it handles. */
  pattern: 'microservices:pattern',
} as const;
