export default {
  evergreen: { input: "../../docs/openapi/v1.yaml", output: { target: "../../build/clients/orval/client.ts", client: "fetch" } },
};
