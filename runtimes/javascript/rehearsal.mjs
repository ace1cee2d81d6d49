import { existsSync } from 'node:fs';
export const rehearsed = existsSync(import.meta.url);
