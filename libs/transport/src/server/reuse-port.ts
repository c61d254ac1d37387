/** Whether this version of Node.js can share a port between processes: from 22.12 and from 23.1 on. */
export function supportsReusePort(nodeVersion: string): boolean {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  if (major === 22) return minor >= 12;
  if (major === 23) return minor >= 1;
  return major > 23;
}
