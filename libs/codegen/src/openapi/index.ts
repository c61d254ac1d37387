export { generateOpenApi } from './generate-open-api.js';
export type * from './open-api.js';
