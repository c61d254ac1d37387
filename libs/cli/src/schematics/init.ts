import { run } from '../main.js';
import { processIo } from '../terminal/terminal.js';

/**
 * The schematic `init`: runs `nestjs-thrift init` in the working folder. `nest add @nestjs-thrift/microservice` ends in it.
 *
 * @param options options of the command, by their names on the command line or in camelCase.
 */
export function init(
  options: Readonly<Record<string, string | boolean | undefined>>,
): () => Promise<void> {
  return async () => {
    const code = await run(['init', ...Object.entries(options).flatMap(toFlags)], processIo());
    if (code !== 0) {
      throw new Error(`nestjs-thrift init ended with exit code ${code}`);
    }
  };
}

function toFlags([name, value]: readonly [string, string | boolean | undefined]): string[] {
  const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  if (typeof value === 'boolean') {
    return value ? [flag] : [];
  }
  return value === undefined ? [] : [`${flag}=${value}`];
}
