export type * from './schema/schema.js';
