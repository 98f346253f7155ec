import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { test } from 'node:test';
import { judgeConditions } from './conditions.ts';

const served = { etag: '"abc"', lastModifiedMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678) };
const before = 'Fri, 02 Jan 2026 03:04:04 GMT';
const exactly = 'Fri, 02 Jan 2026 03:04:05 GMT';
const send = { outcome: 'send' };
const notModified = { outcome: 'notModified' };
const failed = { outcome: 'failed' };

const cases: Readonly<Record<string, readonly [IncomingHttpHeaders, object]>> = {
  'sends what is asked for without conditions': [{}, send],
  'knows its own tag': [{ 'if-none-match': '"abc"' }, notModified],
  'compares If-None-Match weakly': [{ 'if-none-match': 'W/"abc"' }, notModified],
  'finds its tag in a list': [{ 'if-none-match': '"x", W/"y" ,"abc"' }, notModified],
  'takes a star for any tag': [{ 'if-none-match': '*' }, notModified],
  'sends to who has another tag': [{ 'if-none-match': '"abd"' }, send],
  'tells the compressed form from the plain one': [{ 'if-none-match': '"abc+gzip"' }, send],
  'does not read on after a malformed tag': [{ 'if-none-match': 'abc, "abc"' }, send],
  'does not read an unfinished tag': [{ 'if-none-match': '"abc' }, send],
  'takes an empty If-None-Match for none': [{ 'if-none-match': '' }, send],
  'answers 304 to who has it since that very second': [{ 'if-modified-since': exactly }, notModified],
  'sends to who has an older one': [{ 'if-modified-since': before }, send],
  'reads dates of RFC 850': [{ 'if-modified-since': 'Friday, 02-Jan-26 03:04:05 GMT' }, notModified],
  'reads dates of asctime': [{ 'if-modified-since': 'Fri Jan  2 03:04:05 2026' }, notModified],
  'passes over a date that is none': [{ 'if-modified-since': '2026-01-02' }, send],
  'lets If-None-Match beat If-Modified-Since': [{ 'if-none-match': '"x"', 'if-modified-since': exactly }, send],
  'fails If-Match with another tag': [{ 'if-match': '"x"' }, failed],
  'compares If-Match strongly': [{ 'if-match': 'W/"abc"' }, failed],
  'passes If-Match with its tag': [{ 'if-match': '"abc"' }, send],
  'passes If-Match with a star': [{ 'if-match': '*' }, send],
  'fails If-Unmodified-Since an earlier second': [{ 'if-unmodified-since': before }, failed],
  'passes If-Unmodified-Since that second': [{ 'if-unmodified-since': exactly }, send],
  'lets If-Match beat If-Unmodified-Since': [{ 'if-match': '"abc"', 'if-unmodified-since': before }, send],
  'hands a range on': [{ range: 'bytes=1-' }, { outcome: 'send', range: 'bytes=1-' }],
  'hands a range on for the version that If-Range names': [
    { range: 'bytes=1-', 'if-range': '"abc"' },
    { outcome: 'send', range: 'bytes=1-' },
  ],
  'drops a range of another version': [{ range: 'bytes=1-', 'if-range': '"x"' }, send],
  'drops a range of a weak tag': [{ range: 'bytes=1-', 'if-range': 'W/"abc"' }, send],
  'hands a range on for the date that If-Range names': [
    { range: 'bytes=1-', 'if-range': exactly },
    { outcome: 'send', range: 'bytes=1-' },
  ],
  'drops a range of another date': [{ range: 'bytes=1-', 'if-range': before }, send],
};

for (const [name, [headers, want]] of Object.entries(cases)) {
  test(name, () => {
    assert.deepEqual(judgeConditions(headers, served), want);
  });
}
