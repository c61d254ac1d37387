import { type Command, InvalidArgumentError } from 'commander';
import { idlOptions, type IdlFileOptions } from '../../idl/idl-options.js';
import { readTlsOptions, type TlsOptions, tlsOptions } from '../../connection/tls-options.js';
import { addressArgument } from '../../connection/connection-options.js';
import { timeLimit } from '../../connection/durations.js';
import { resolveTarget } from '../../connection/targets.js';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import type { CommandIo } from '../../terminal/terminal.js';
import { diagnose } from './diagnose.js';
import { planCall } from './planned-call.js';
import { renderStep, type StepResult } from './step-result.js';
import { parseTarget } from '../../probe/target.js';

const EPILOGUE = `
Steps: DNS, TCP, TLS (with --tls), the dialects that are answered (a transport and a protocol each), the round-trip time, and
a method call if one is given. Each step says what was seen and what to try next.

To find the dialects it calls the method "nestjsThriftDiagnose", which no service has: servers answer that they do not know
it, and may log that. Servers of the Apache libraries support one dialect, and some end their process at the bytes of another:
once one of them has answered, the other dialects are not tried without --all-dialects.

Examples:
  nestjs-thrift diagnose users.internal:8888
  nestjs-thrift diagnose users.internal:8888 --tls --ca ca.pem
  nestjs-thrift diagnose 127.0.0.1:8888 UserService.GetUser '{"user_id": 1}' --idl idl/user.thrift
  nestjs-thrift diagnose '[::1]:8888' --json | jq '.steps[] | select(.verdict != "ok")'

Exit codes:
  0  no step failed
  1  a step failed
  2  the command line is wrong
  3  the IDL has errors, or a file of a certificate cannot be read`;

const MAX_TIMEOUT_MS = 600_000;
const MAX_PINGS = 1000;

interface DiagnoseOptions extends TlsOptions, IdlFileOptions {
  readonly timeout: number;
  readonly pings: number;
  readonly allDialects?: true;
  readonly json?: true;
}

/** Declares `diagnose`. */
export function configure(command: Command, io: CommandIo): void {
  command
    .addArgument(addressArgument())
    .argument('[method]', 'a call to end with: Service.Method')
    .argument('[payload...]', 'as for call')
    .option(
      '--timeout <time>',
      'longest wait for a connection or an answer, up to 10m',
      timeout,
      2000,
    )
    .option('--pings <count>', 'answers to time', number(0, MAX_PINGS), 5)
    .option('--all-dialects', 'try them all, also where that may end the process of the server')
    .option('--json', 'write one JSON object to standard output');
  for (const option of [...idlOptions(), ...tlsOptions()]) {
    command.addOption(option);
  }
  command
    .addHelpText('after', EPILOGUE)
    .action((address: string, method: string | undefined, payload: string[]) =>
      run(address, method, payload, command, io),
    );
}

async function run(
  argument: string,
  method: string | undefined,
  payload: readonly string[],
  command: Command,
  io: CommandIo,
): Promise<void> {
  const address = await resolveTarget(argument, command, io);
  const target = parseTarget(address);
  const options = command.opts<DiagnoseOptions>();
  const call =
    method === undefined ? undefined : await planCall({ ...options, name: method, payload }, io);
  const tls = readTlsOptions(options, io);
  const steps: StepResult[] = [];
  try {
    const { timeout: timeoutMs, pings, allDialects = false } = options;
    const { signal } = io;
    for await (const step of diagnose({
      target,
      tls,
      allDialects,
      pings,
      call,
      timeoutMs,
      signal,
    })) {
      steps.push(step);
      if (!options.json) {
        io.stdout.write(renderStep(step, io));
      }
    }
  } catch (error) {
    if (!io.signal.aborted) {
      throw error;
    }
  }
  const verdict = worst(steps);
  const interrupted = io.signal.aborted;
  if (options.json) {
    const report = { target: address, verdict, interrupted, steps };
    io.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  }
  if (interrupted) {
    return;
  }
  if (verdict !== 'fail') {
    return;
  }
  const failed = steps.filter((step) => step.verdict === 'fail').map(({ step }) => step);
  throw new CommandFailure(EXIT_CODES.NEGATIVE, `${address}: failed at ${failed.join(', ')}`);
}

function worst(steps: readonly StepResult[]): StepResult['verdict'] {
  const verdicts = new Set(steps.map(({ verdict }) => verdict));
  return verdicts.has('fail') ? 'fail' : verdicts.has('warn') ? 'warn' : 'ok';
}

/** Unlike elsewhere, 0 does not lift the limit: a peer that sends nothing would never be reported. */
function timeout(text: string): number {
  const value = timeLimit(text);
  if (value > 0 && value <= MAX_TIMEOUT_MS) {
    return value;
  }
  throw new InvalidArgumentError(
    'Give a duration from 1ms to 10m. A peer that sends nothing is found by waiting, so there must be a limit.',
  );
}

function number(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) {
      return value;
    }
    throw new InvalidArgumentError(`It must be an integer from ${min} to ${max}.`);
  };
}
