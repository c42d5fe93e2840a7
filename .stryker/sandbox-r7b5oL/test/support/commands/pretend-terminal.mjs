// @ts-nocheck
// Loaded before a command whose streams are pipes: it then behaves as on a terminal, and tells when that would stop echoing.
process.stdin.isTTY = true;
process.stderr.isTTY = true;
process.stdin.setRawMode = (raw) => {
  process.stderr.write(raw ? '[raw]' : '[cooked]');
  return process.stdin;
};
