// Sends one file with tus-js-client, as told: node tus_client.cjs LIBRARY '{"endpoint": …}'.
// lose: which PATCH answers (1, 2, …) get lost; stopAfter: stop after so many pieces, and with
// terminate forget the upload. Prints a line of JSON for each piece and for how it ended.

const fs = require("node:fs");
const tus = require(process.argv[2]);
const told = JSON.parse(process.argv[3]);

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const inner = new tus.DefaultHttpStack({});
let patches = 0;
let pieces = 0;

const lossy = {
  getName: () => "lossy",
  createRequest(method, url) {
    const request = inner.createRequest(method, url);
    if (method !== "PATCH") return request;
    patches += 1;
    if (!(told.lose ?? []).includes(patches)) return request;
    const send = request.send.bind(request);
    request.send = async (body) => {
      await send(body);
      throw new Error("the answer was lost");
    };
    return request;
  },
};

const upload = new tus.Upload(fs.readFileSync(told.file), {
  endpoint: told.endpoint,
  uploadUrl: told.url ?? null,
  chunkSize: told.chunk ?? 64 * 1024,
  retryDelays: [50, 200, 500, 1000, 2000, 4000, 8000],
  metadata: told.metadata ?? {},
  httpStack: lossy,
  storeFingerprintForResuming: false,
  onError: (fault) => say({ failed: fault.originalResponse?.getStatus() ?? String(fault) }),
  onSuccess: () => say({ done: upload.url, patches }),
  onChunkComplete: (_, accepted) => {
    say({ accepted });
    pieces += 1;
    if (pieces === told.stopAfter) {
      upload.abort(Boolean(told.terminate)).then(() => say({ stopped: upload.url }));
    }
  },
});
upload.start();
