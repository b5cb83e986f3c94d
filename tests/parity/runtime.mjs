// ONNX Runtime out of the folder that `modules` has filled.
import {createRequire} from 'node:module';
import path from 'node:path';

/** One model file, ready to score rows of `columns` raw inputs. */
export async function openModel(modulesFolder, file) {
  const require = createRequire(path.resolve(modulesFolder, 'package.json'));
  const ort = require('onnxruntime-node');
  // Warnings and worse would be shown: a graph of ours causes none.
  const session = await ort.InferenceSession.create(file, {
    intraOpNumThreads: 1,
    logSeverityLevel: 2,
  });
  return {
    /** inputs: Float32Array of rows x columns, NaN = missing. */
    async score(inputs, columns) {
      const tensor = new ort.Tensor('float32', inputs, [inputs.length / columns, columns]);
      const {risk, log_odds} = await session.run({inputs: tensor});
      return {risks: risk.data, logOdds: log_odds.data};
    },
  };
}
