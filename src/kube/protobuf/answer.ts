/**
 * Gets the API server's answer in protobuf: an envelope with an object in it; gives it as its JSON would be.
 *
 * Source: `Unknown` in apimachinery's pkg/runtime: four bytes, then a message with type and bytes of what it holds.
 */
import { Message, readMessage } from './message.ts';
import { KnownTexts, WireError, WireReader } from './wire.ts';

/** Asks for protobuf; what a server has no protobuf for it sends as JSON. */
export const acceptProtobuf = 'application/vnd.kubernetes.protobuf, application/json';

/** What an envelope begins with. */
export const mark = Buffer.from('k8s\0');
/** Of all answers. */
export const texts = new KnownTexts();

/** Whether an answer is to be read here. */
export function isProtobuf(contentType: unknown): boolean {
  return typeof contentType === 'string' && contentType.startsWith('application/vnd.kubernetes.protobuf');
}

/** Reads `message` out of its envelope. Throws a WireError when there is none in it. */
export function readEnvelope(bytes: Buffer, message: Message): Record<string, unknown> {
  if (!bytes.subarray(0, mark.length).equals(mark)) throw new WireError('the envelope of Kubernetes is missing');
  const envelope = new Message({ 2: { name: 'raw', type: message } });
  const { raw } = readMessage(new WireReader(bytes.subarray(mark.length), texts), bytes.length - mark.length, envelope);
  if (raw === undefined) throw new WireError('there is nothing in the envelope');
  return raw as Record<string, unknown>;
}
