// Embeds the texts of the command line and prints how alike they are to the first one.
//
//     node embed.mjs [--address=HOST:PORT] [--timeout=SECONDS] [--tls | --ca=FILE]
//         [--cert=FILE --key=FILE] [--api-key-file=FILE] "a text" "another one"
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import grpc from '@grpc/grpc-js';

import { connect } from './quartet.mjs';

const string = { type: 'string' };
const { values: flags, positionals: texts } = parseArgs({
  allowPositionals: true,
  options: {
    address: { ...string, default: 'localhost:50051' },
    timeout: { ...string, default: '30' },
    tls: { type: 'boolean' },
    ca: string,
    cert: string,
    key: string,
    'api-key-file': string,
  },
});
const content = (path) => path && readFileSync(path);

const client = connect({
  address: flags.address,
  timeout: Number(flags.timeout),
  tls: flags.tls,
  ca: content(flags.ca),
  certificate: content(flags.cert),
  key: content(flags.key),
  apiKey: content(flags['api-key-file'])?.toString().trim(),
});
try {
  const vectors = await client.embed(texts, { normalize: true }); // a dot product is the cosine
  texts.forEach((text, row) => {
    const cosine = vectors[row].reduce((sum, value, i) => sum + value * vectors[0][i], 0);
    console.log(`${cosine.toFixed(4)}  ${text}`);
  });
} catch (error) {
  console.error(`${grpc.status[error.code] ?? 'ERROR'}: ${error.details ?? error.message}`);
  process.exitCode = 3;
} finally {
  client.close();
}
