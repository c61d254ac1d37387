import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate, type TLSSocket } from 'node:tls';
import { type Limits, openSocket, type Route } from '../../../probe/open-socket.js';
import { errorText, milliseconds, printable } from '../../../terminal/terminal.js';
import type { StepResult } from '../step-result.js';

const SOON_MS = 14 * 24 * 60 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Something about a certificate that is not as it should be. */
interface Fault {
  readonly verdict: 'warn' | 'fail';
  readonly text: string;
  readonly next: string;
}

/** Makes a handshake and looks at the certificate: whose it is, who vouches for it, until when, for which name. */
export async function checkTls(
  route: Required<Route>,
  name: string,
  limits: Limits,
): Promise<StepResult> {
  const step = 'TLS';
  const startedAt = performance.now();
  let socket: TLSSocket;
  try {
    socket = (await openSocket(route, limits)) as TLSSocket;
  } catch (error) {
    limits.signal.throwIfAborted();
    return {
      step,
      verdict: 'fail',
      seen: [`no handshake: ${errorText(error)}`],
      next: 'does the server use TLS on this port? Try without --tls; a server that requires a client certificate needs --cert and --key',
    };
  }
  const handshakeMs = performance.now() - startedAt;
  const certificate = socket.getPeerCertificate();
  const protocol = socket.getProtocol() ?? 'unknown version';
  const cipher = socket.getCipher().name;
  const faults = findFaults(certificate, name, socket.authorizationError, Date.now());
  socket.destroy();
  const facts = certificateFacts(certificate);
  const worst = faults.find(({ verdict }) => verdict === 'fail') ?? faults[0];
  return {
    step,
    verdict: worst?.verdict ?? 'ok',
    seen: [
      worst === undefined ? `the certificate is valid for ${name}` : worst.text,
      ...faults.filter((fault) => fault !== worst).map(({ text }) => text),
      `${protocol}, ${cipher}, handshake in ${milliseconds(handshakeMs)}`,
      `subject ${facts.subject}, names ${facts.names}`,
      `issuer ${facts.issuer}`,
      `valid from ${facts.validFrom} to ${facts.validTo}`,
    ],
    ...(worst === undefined ? {} : { next: worst.next }),
    facts: { ...facts, protocol, cipher, handshakeMs, trusted: socket.authorized },
  };
}

function findFaults(
  certificate: PeerCertificate,
  name: string,
  authorizationError: unknown,
  now: number,
): Fault[] {
  const faults: Fault[] = [];
  const validTo = Date.parse(certificate.valid_to);
  if (validTo < now) {
    faults.push({
      verdict: 'fail',
      text: `the certificate expired on ${certificate.valid_to}`,
      next: 'renew the certificate of the server',
    });
  } else if (validTo - now < SOON_MS) {
    faults.push({
      verdict: 'warn',
      text: `the certificate expires in ${Math.ceil((validTo - now) / DAY_MS)} days`,
      next: 'renew the certificate of the server soon',
    });
  }
  if (Date.parse(certificate.valid_from) > now) {
    faults.push({
      verdict: 'fail',
      text: `the certificate is not valid before ${certificate.valid_from}`,
      next: 'compare the clocks of this machine and of the authority',
    });
  }
  const mismatch = checkServerIdentity(name, certificate);
  if (mismatch !== undefined) {
    const kind = isIP(name) === 0 ? 'name' : 'address';
    faults.push({
      verdict: 'fail',
      text: `the certificate is not for the ${kind} ${name}: ${printable(mismatch.message)}`,
      next: 'call the server by a name in its certificate, or say which one to expect with --server-name (tls.servername of a client)',
    });
  }
  const code = codeOf(authorizationError);
  if (code !== undefined && !ALREADY_TOLD.has(code)) {
    faults.push({
      verdict: 'fail',
      text: `the certificate is not trusted: ${code}`,
      next: 'give the authority that signed it with --ca; the server must send intermediate certificates, too',
    });
  }
  return faults;
}

/** The values above, read from the certificate itself. */
const ALREADY_TOLD: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** Node gives the code itself, or the error of the name check. */
function codeOf(error: unknown): string | undefined {
  if (error === null || error === undefined) {
    return undefined;
  }
  if (typeof error === 'string') {
    return error;
  }
  return (error as { code?: string }).code ?? errorText(error);
}

function certificateFacts(certificate: PeerCertificate) {
  return {
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    names: printable(certificate.subjectaltname ?? 'none'),
    validFrom: certificate.valid_from,
    validTo: certificate.valid_to,
  };
}

/** A certificate may have no subject, or the same part several times. */
function nameOf(name: PeerCertificate['subject'] | undefined): string {
  const parts = Object.entries(name ?? {}).map(([key, value]) => `${key}=${String(value)}`);
  return printable(parts.join(', ')) || 'none';
}
