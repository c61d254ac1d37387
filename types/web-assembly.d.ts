/** @shikijs/types, which the types of typedoc lead to, names these types of browsers, which are not used here. */
declare namespace WebAssembly {
  type ImportValue = unknown;
  interface Instance {
    readonly exports: object;
  }
  interface WebAssemblyInstantiatedSource {
    readonly instance: Instance;
  }
}
