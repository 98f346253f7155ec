import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { Chain } from './chain.ts';
import type { Link } from './chain.ts';

class Member implements Link {
  readonly name: number;
  earlier: Link | undefined;
  later: Link | undefined;

  constructor(name: number) {
    this.name = name;
  }
}

test('a chain holds what a Set would hold, in the same order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 60 }), (steps) => {
      const members = Array.from({ length: 10 }, (_, name) => new Member(name));
      const chain = new Chain<Member>();
      const model = new Set<Member>();
      // Who is in it goes, who is not comes.
      for (const step of steps) {
        const member = members[step];
        assert.ok(member);
        const wasIn = model.delete(member);
        assert.equal(chain.delete(member), wasIn);
        if (wasIn) assert.deepEqual([member.earlier, member.later], [undefined, undefined]);
        else {
          model.add(member);
          chain.add(member);
        }
        const seen: Link[] = [];
        for (let at: Link | undefined = chain.first; at !== undefined; at = at.later) seen.push(at);
        assert.equal(chain.size, model.size);
        assert.ok(seen.length === model.size && [...model].every((one, i) => one === seen[i]));
      }
    }),
  );
});
