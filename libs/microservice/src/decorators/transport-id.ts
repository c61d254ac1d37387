/**
 * What Nest knows this transport by. Handlers declared for it are bound to Thrift servers alone, so a hybrid
 * application does not offer them over its other transports.
 */
export const THRIFT_TRANSPORT = Symbol.for('nestjs-thrift');
