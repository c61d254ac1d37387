/** An annotation that cannot be understood; whoever knows where it stands adds that. */
export class AnnotationError extends Error {}
