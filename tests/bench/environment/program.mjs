// A participant that is a program: it answers one line after another, `JOB INPUTS ANSWERS MILLISECONDS`.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/// Starts it; `turn` resolves to the milliseconds of its fastest run.
export function program(command, args, { env = {} } = {}) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let [waiting, trouble, isOver] = [null, '', null];
  child.stderr.on('data', (data) => { trouble = (trouble + data).slice(-2000); });
  const end = (reason) => {
    isOver = reason;
    waiting?.reject(new Error(reason));
    waiting = null;
  };
  child.on('error', (error) => end(error.message));
  child.on('close', (code) => end(`ended with ${code}: ${trouble.trim().split('\n').at(-1)}`));
  child.stdin.on('error', () => {});
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { resolve, reject } = waiting;
    waiting = null;
    if (line.startsWith('error ')) reject(new Error(line.slice(6)));
    else resolve(Number(line));
  });
  return {
    turn: (job, inputs, answers, budget) => new Promise((resolve, reject) => {
      if (isOver) return reject(new Error(isOver));
      waiting = { resolve, reject };
      child.stdin.write(`${job} ${inputs} ${answers ?? '-'} ${budget}\n`);
    }),
    stop: async () => {
      child.removeAllListeners('close');
      child.kill();
    },
  };
}
