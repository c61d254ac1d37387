import type { CommandIo } from '../../terminal/command-io.js';
import type { Measurements } from './measurements.js';

const REDRAW_MS = 200;
const LINE_MS = 5000;
const CLEAR_LINE = '\r\u001b[2K';

/** Shows how far a run is: one line that is redrawn on a terminal, else a line every few seconds. Returns how to stop. */
export function showProgress(measurements: Measurements, io: CommandIo): () => void {
  const { stderr } = io;
  const startMs = performance.now();
  const draw = (): void => {
    const seconds = (performance.now() - startMs) / 1000;
    const line = `${measurements.calls} calls in ${seconds.toFixed(1)} s, ${Math.round(measurements.calls / seconds)}/s`;
    stderr.write(stderr.isTTY ? `${CLEAR_LINE}${line}` : `${line}\n`);
  };
  const timer = setInterval(draw, stderr.isTTY ? REDRAW_MS : LINE_MS);
  return () => {
    clearInterval(timer);
    if (stderr.isTTY) stderr.write(CLEAR_LINE);
  };
}
