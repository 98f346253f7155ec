/** Gets nothing, gives the address that this process calls from. */
import { networkInterfaces } from 'node:os';

/** `ip:0`. In a pod there is one address: what Skipper sees as the other end of the connection. */
export function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  const outward = addresses.filter(({ internal }) => !internal);
  const chosen = outward.find(({ family }) => family === 'IPv4') ?? outward[0];
  if (chosen === undefined) return '';
  return chosen.family === 'IPv4' ? `${chosen.address}:0` : `[${chosen.address}]:0`;
}
