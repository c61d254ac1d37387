export { fromApacheService } from './from-apache-service.js';
export type { ApacheService } from './service/generated-service.js';
