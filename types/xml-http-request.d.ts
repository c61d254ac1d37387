/** @types/thrift names this type of browsers in a class that is not used here. */
interface XMLHttpRequest {}
