// Microseconds that ONNX Runtime takes for one patient of a case, alone and as one of all at once.
// usage: node time.mjs MODULES_FOLDER CASE.json      (CASE.sav beside it)
// Prints: alone, among all, worst difference of a risk from ours.
import fs from 'node:fs';
import {openModel} from './runtime.mjs';

const rounds = 5;
const [modulesFolder, file] = process.argv.slice(2);
const {columns, inputs, risks} = JSON.parse(fs.readFileSync(file, 'utf8'));
const values = Float32Array.from(inputs, (value) => value ?? NaN);
const model = await openModel(modulesFolder, file.replace(/\.json$/, '.sav'));

/** Time of work() in the best round, in microseconds. */
async function microseconds(work) {
  const times = [];
  for (let round = 0; round < rounds; ++round) {
    const start = process.hrtime.bigint();
    await work();
    times.push(Number(process.hrtime.bigint() - start) / 1000);
  }
  return Math.min(...times);
}

const all = (await model.score(values, columns)).risks;
const worst = risks.reduce((most, risk, i) => Math.max(most, Math.abs(risk - all[i])), 0);
const patients = risks.map((_, i) => values.slice(i * columns, (i + 1) * columns));
const alone = await microseconds(async () => {
  for (const patient of patients) await model.score(patient, columns);
});
const together = await microseconds(() => model.score(values, columns));
console.log(alone / risks.length, together / risks.length, worst);
