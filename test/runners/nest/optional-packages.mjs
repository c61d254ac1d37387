/** Packages that Nest and this library load only where an application uses them; this one does not, and has them not installed. */
export const optionalPackages = [
  '@nestjs/platform-express',
  '@nestjs/websockets',
  '@grpc/grpc-js',
  '@grpc/proto-loader',
  '@fastify/static',
  'amqp-connection-manager',
  'amqplib',
  'cache-manager',
  'class-transformer',
  'class-validator',
  'ioredis',
  'kafkajs',
  'mqtt',
  '@nats-io/transport-node',
  'prom-client',
];

/**
 * Whether a module that is imported belongs to one of them.
 *
 * @param {string} request
 */
export const isOptional = (request) =>
  optionalPackages.some((name) => request === name || request.startsWith(`${name}/`));
