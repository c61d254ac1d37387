import type { Attack } from '../arena/attack.js';
export async function compare(_chosen: readonly Attack[], _long: boolean): Promise<void> {}
