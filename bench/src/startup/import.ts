// `node import.js cpu|modules PACKAGE`: prints the milliseconds of CPU that importing it takes in a process that has loaded Nest, or
// how many files of this project it loads.
import { Session } from 'node:inspector';

const [what, name] = process.argv.slice(2) as ['cpu' | 'modules', string];
await import('@nestjs/common');
await import('@nestjs/core');
await import('@nestjs/microservices');

if (what === 'modules') {
  const session = new Session();
  session.connect();
  let modules = 0;
  session.on('Debugger.scriptParsed', ({ params: { url } }) => {
    if (/\/(libs|@nestjs-thrift)\/\w+\/dist\//.test(url)) {
      modules++;
    }
  });
  session.post('Debugger.enable');
  await import(name);
  process.stdout.write(String(modules));
} else {
  const before = process.cpuUsage();
  await import(name);
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(String((user + system) / 1000));
}
