// Runs the page's kernel on cases from standard input: [{index, states}] to [[{scores, ranks, scale, config} or {error}]].
const fs = require("fs");
const kernel = require(process.argv[2]);
const cases = JSON.parse(fs.readFileSync(0, "utf8"));
const shown = (some) => some.map((x) => (Number.isNaN(x) ? null : x));
const told = cases.map(({index, states}) =>
  [kernel.baseline(index), ...states].map((state) => {
    const config = kernel.config(index, state);
    try {
      const {scores, ranks} = kernel.result(index, state);
      return {scores: shown(scores), ranks: shown(ranks), scale: kernel.scaleOf(index, state), config, state};
    } catch (error) {
      return {error: error.message, config, state};
    }
  })
);
process.stdout.write(JSON.stringify(told));
