export { playedService } from './played-service.ts';
