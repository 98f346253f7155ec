#!/usr/bin/env node
/**
 * Gets a command and its options; prints what it gives. Wiring only.
 */
import { text } from 'node:stream/consumers';
import { runCli } from '../cli/index.ts';
import { systemClock } from '../runtime/index.ts';

// `… | head` closes the pipe when it has seen enough: that is no mistake.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await runCli(process.argv.slice(2), {
  out: (result) => process.stdout.write(result),
  err: (remark) => process.stderr.write(remark),
  stdin: () => text(process.stdin),
  clock: systemClock,
});
