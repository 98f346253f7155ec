/**
 * Loaded before a program (`node --import`): connections to pods and Services of a cluster that has no network lead to
 * one port of this machine. The program itself is the one that is shipped.
 */
import net from 'node:net';

const port = Number(process.env['PLAYED_NETWORK_PORT']);
const isPlayed = (host: unknown): boolean => /^10\.|\.svc\.cluster\.local$/.test(String(host));
const connect = net.connect.bind(net) as (...args: readonly unknown[]) => net.Socket;

// Others look the function up in the module when they connect, undici among them.
Object.assign(net, {
  connect: (options: unknown, ...rest: readonly unknown[]): net.Socket => {
    const asked = options as { readonly host?: unknown };
    return connect(isPlayed(asked.host) ? { ...asked, host: '127.0.0.1', port } : options, ...rest);
  },
});
