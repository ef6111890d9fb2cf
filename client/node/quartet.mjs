// Sentence embeddings from a Quartet server:
//
//     const client = connect({ address: 'localhost:50051' });
//     const vectors = await client.embed(['A man is eating.', 'Someone has lunch.']);
//     client.close();
//
// Errors are those of grpc-js: `code`, and `details` that name the field, the limit and the value.
import { fileURLToPath } from 'node:url';

import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const PROTO = fileURLToPath(new URL('../../proto', import.meta.url));
const definition = loader.loadSync('quartet/v1/embedding.proto', { includeDirs: [PROTO], enums: String });
const { EmbeddingService } = grpc.loadPackageDefinition(definition).quartet.v1;

// Overload is waited out as long as the server asks, a restart as long as these pauses together.
// The throttle stops retries while more than one call of ten fails for long.
const SERVICE_CONFIG = {
  loadBalancingConfig: [{ round_robin: {} }],
  methodConfig: [{
    name: [{ service: 'quartet.v1.EmbeddingService' }],
    retryPolicy: {
      maxAttempts: 5,
      initialBackoff: '0.3s',
      maxBackoff: '5s',
      backoffMultiplier: 3,
      retryableStatusCodes: ['UNAVAILABLE', 'RESOURCE_EXHAUSTED', 'CANCELLED'],
    },
  }],
  retryThrottling: { maxTokens: 100, tokenRatio: 0.1 },
};

function credentialsOf({ tls, ca, certificate, key, apiKey }) {
  const { credentials, Metadata } = grpc;
  if (apiKey && !tls && !ca) throw new Error('apiKey: goes with TLS only; set tls or ca');
  const channel = tls || ca
    ? credentials.createSsl(ca ?? null, key ?? null, certificate ?? null)
    : credentials.createInsecure();
  if (!apiKey) return channel;
  return channel.compose(credentials.createFromMetadataGenerator((_call, done) => {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${apiKey}`);
    done(null, metadata);
  }));
}

// Connects when it is first used. `tls`: with Node's authorities, or those of `ca`. `ca`, `certificate`
// and `key` are Buffers of PEM. `timeout`: seconds for each call, its retries included.
export function connect({ address = 'localhost:50051', timeout = 30, ...security } = {}) {
  const stub = new EmbeddingService(address, credentialsOf(security), {
    'grpc.service_config': JSON.stringify(SERVICE_CONFIG),
    'grpc.max_receive_message_length': -1,
    'grpc.keepalive_time_ms': 30_000, // a connection that died without a word is noticed
    'grpc.keepalive_timeout_ms': 10_000,
  });
  return {
    // 1 to 256 texts, in one call: a Float32Array for each, in order. `options` are other fields of
    // EmbedRequest: { normalize: true, dimensions: 128, promptName: 'query' }.
    async embed(texts, options = {}) {
      const request = { ...options, texts, encoding: 'ENCODING_FLOAT32_LE' };
      const deadline = Date.now() + timeout * 1000;
      const response = await new Promise((resolve, reject) => {
        stub.embed(request, { deadline }, (error, answer) => (error ? reject(error) : resolve(answer)));
      });
      // Copied, for a Float32Array begins at a multiple of four bytes.
      return response.embeddings.map(({ float32Le }) => new Float32Array(Uint8Array.from(float32Le).buffer));
    },
    close: () => stub.close(),
  };
}
