/** The CA and the service account key of one instance: made once, then read from its folder. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../files.ts';
import { certify, createAuthority, createSigningKey } from './certificate.ts';
import type { Authority, Certified, Subject } from './certificate.ts';

const caName = 'routesrv-test-bed';

/** Issues certificates into the instance's `pki` folder. */
export class Pki {
  readonly #folder: string;
  readonly #authority: Authority;

  constructor(instanceFolder: string) {
    this.#folder = join(instanceFolder, 'pki');
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    this.#authority = this.#loadAuthority();
    this.#ensureServiceAccountKey();
  }

  /** PEM of the CA's certificate. */
  get authority(): string {
    return this.#authority.certificate;
  }

  /** Issues a certificate and writes `<name>.crt` and `<name>.key`; replaces what was there. */
  issue(name: string, subject: Subject): Certified {
    const certified = certify(this.#authority, subject);
    writeWhole(this.path(`${name}.crt`), certified.certificate);
    writeWhole(this.path(`${name}.key`), certified.key, 0o600);
    return certified;
  }

  /** Absolute path of a file in the folder: `ca.crt`, `service-accounts.key`, `service-accounts.pub`, `<name>.crt`, … */
  path(file: string): string {
    return join(this.#folder, file);
  }

  #loadAuthority(): Authority {
    // The key is written last: with it, the pair is complete.
    if (existsSync(this.path('ca.key'))) {
      const [certificate, key] = ['ca.crt', 'ca.key'].map((file) => readFileSync(this.path(file), 'utf8'));
      if (certificate && key) return { name: caName, certificate, key };
    }
    const made = createAuthority(caName);
    writeWhole(this.path('ca.crt'), made.certificate);
    writeWhole(this.path('ca.key'), made.key, 0o600);
    return made;
  }

  #ensureServiceAccountKey(): void {
    if (existsSync(this.path('service-accounts.key'))) return;
    const { privateKey, publicKey } = createSigningKey();
    writeWhole(this.path('service-accounts.pub'), publicKey);
    writeWhole(this.path('service-accounts.key'), privateKey, 0o600);
  }
}
