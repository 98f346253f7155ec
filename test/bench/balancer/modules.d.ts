/** What is used of packages that bring no types. */
declare module 'hashring' {
  export default class HashRing {
    constructor(servers: readonly string[]);
    get(key: string): string;
  }
}

declare module 'consistent-hash' {
  export default class ConsistentHash {
    add(node: string): void;
    get(key: string): string;
  }
}
