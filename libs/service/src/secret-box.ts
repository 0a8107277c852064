import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { failedPrecondition } from '@millrace/rpc/errors';
import { readKeyFile } from './key-file.ts';

/** Encrypts what the database is to keep and nobody is to read there. */
export interface SecretBox {
  /** @param owner whose secret it is; nobody else's can be put in its place */
  encrypt(secret: string, owner: string): Promise<Buffer>;
  /** FAILED_PRECONDITION (ENCRYPTION_KEY_MISSING, SECRET_DAMAGED) where it can't be read. */
  decrypt(encrypted: Uint8Array, owner: string): Promise<string>;
}

/** Where the keys come from. */
export interface SecretBoxOptions {
  /** 32 bytes each, in base64; the first one encrypts, all decrypt. None: the file of `home` has the key. */
  readonly keys: readonly string[];
  /** The key's file is made there when a secret is first encrypted. */
  readonly home: string;
}

interface Key {
  /** By which an encrypted text says what it was encrypted with; tells nothing of the key. */
  readonly id: Buffer;
  readonly bytes: Buffer;
}

// format (1 byte), key id (4), nonce (12), tag (16), text; the owner, format and key id are authenticated with it.
const format = 1;
const algorithm = 'aes-256-gcm';
const authTagLength = 16;
const nonceAt = 5;
const tagAt = nonceAt + 12;
const textAt = tagAt + authTagLength;

/** Reads no key before one is needed. */
export function openSecretBox({ keys, home }: SecretBoxOptions): SecretBox {
  const given = keys.map(keyOf);
  const ofFile = async (make: boolean) => {
    const text = await readKeyFile(home, { make });
    return text === undefined ? [] : [keyOf(text)];
  };
  return {
    async encrypt(secret, owner) {
      const [key] = given.length > 0 ? given : await ofFile(true);
      if (!key) throw new TypeError('a key that was made is there');
      const nonce = randomBytes(12);
      const header = Buffer.concat([Buffer.of(format), key.id]);
      const cipher = createCipheriv(algorithm, key.bytes, nonce, { authTagLength }).setAAD(aad(header, owner));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return Buffer.concat([header, nonce, cipher.getAuthTag(), text]);
    },
    async decrypt(encrypted, owner) {
      const bytes = Buffer.from(encrypted);
      if (bytes[0] !== format) throw damaged();
      const id = bytes.subarray(1, nonceAt);
      const key = (given.length > 0 ? given : await ofFile(false)).find((each) => each.id.equals(id));
      if (!key)
        throw failedPrecondition(
          'ENCRYPTION_KEY_MISSING',
          `a secret was encrypted with the key ${id.toString('hex')}, which this server does not have: set MILLRACE_ENCRYPTION_KEY to it, or bring the file encryption.key into MILLRACE_HOME`,
        );
      try {
        const nonce = bytes.subarray(nonceAt, tagAt);
        const decipher = createDecipheriv(algorithm, key.bytes, nonce, { authTagLength });
        decipher.setAAD(aad(bytes.subarray(0, nonceAt), owner)).setAuthTag(bytes.subarray(tagAt, textAt));
        return decipher.update(bytes.subarray(textAt), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        throw damaged();
      }
    },
  };
}

function aad(header: Buffer, owner: string): Buffer {
  return Buffer.concat([header, Buffer.from(owner)]);
}

function damaged() {
  return failedPrecondition('SECRET_DAMAGED', 'a secret in the database is not what was put there: give it anew');
}

function keyOf(text: string): Key {
  const bytes = Buffer.from(text, 'base64');
  return { bytes, id: createHash('sha256').update('millrace key id').update(bytes).digest().subarray(0, 4) };
}
