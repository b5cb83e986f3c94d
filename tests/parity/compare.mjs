// Scores each case (a model file, raw inputs of patients, our risks by the scorer and by our own
// evaluator of the graph) by ONNX Runtime and compares both.
// usage: node compare.mjs MODULES_FOLDER CASES_FOLDER real|random
//
// Fails when one risk of either differs by more than the limit, and when fewer patients were compared than
// promised: a comparison that did not take place must not look like one that went well.
import fs from 'node:fs';
import path from 'node:path';
import {openModel} from './runtime.mjs';

const differenceMax = 1e-6;
const randomKinds = ['linear', 'spline', 'kernel', 'tree_sum', 'tree_average', 'average'];
const randomPatientsMin = 5000; // of each kind
const diseases = ['heart', 'diabetes', 'parkinsons'];
const families = ['logistic', 'spline_logistic', 'svm', 'forest', 'boosting', 'average'];
// Of each family: all records, and 1000 patients mixed of them.
const realPatientsMin = {heart: 1500, diabetes: 1700, parkinsons: 1190};

const [modulesFolder, casesFolder, scope] = process.argv.slice(2);

function promised() {
  const random = randomKinds.map((kind) => [`random ${kind}`, randomPatientsMin]);
  if (scope === 'random') return random;
  const real = diseases.flatMap((disease) =>
    families.map((family) => [`${disease} ${family}`, realPatientsMin[disease]]));
  return [...random, ...real];
}

async function compareCase(file) {
  const {group, columns, inputs, risks, graph_risks: graph} = JSON.parse(fs.readFileSync(file, 'utf8'));
  const model = await openModel(modulesFolder, file.replace(/\.json$/, '.sav'));
  const values = Float32Array.from(inputs, (value) => value ?? NaN);
  const theirs = (await model.score(values, columns)).risks;
  if (risks.length * columns !== inputs.length || theirs.length !== risks.length ||
      graph.length !== risks.length) {
    throw new Error(`${file}: ${theirs.length} risks for ${inputs.length} inputs`);
  }
  const row = (i) => inputs.slice(i * columns, (i + 1) * columns);
  return {
    group,
    file,
    patients: risks.length,
    scorer: largestDifference(risks, theirs, row),
    graph: largestDifference(graph, theirs, row),
  };
}

function largestDifference(ours, theirs, row) {
  let worst = 0;
  let at = 0;
  for (let i = 0; i < ours.length; ++i) {
    const difference = Math.abs(ours[i] - theirs[i]);
    if (difference <= worst) continue;
    worst = Number.isNaN(difference) ? Infinity : difference;
    at = i;
  }
  return {worst, ours: ours[at], theirs: theirs[at], row: row(at)};
}

const groups = new Map();
for (const name of fs.readdirSync(casesFolder).sort()) {
  if (!name.endsWith('.json')) continue;
  const found = await compareCase(path.join(casesFolder, name));
  const group = groups.get(found.group) ?? {patients: 0, models: 0, scorer: found, graph: found};
  group.patients += found.patients;
  group.models += 1;
  for (const way of ['scorer', 'graph']) {
    if (found[way].worst > group[way][way].worst) group[way] = found;
  }
  groups.set(found.group, group);
}

let failures = 0;
console.log('                                                  worst |difference| of risks, of our');
console.log('family                          models  patients   scorer     evaluator of the graph');
for (const [name, group] of groups) {
  console.log(name.padEnd(32) + String(group.models).padStart(6) +
    String(group.patients).padStart(10) + '   ' +
    group.scorer.scorer.worst.toExponential(2).padEnd(11) + group.graph.graph.worst.toExponential(2));
  for (const way of ['scorer', 'graph']) {
    const {worst, ours, theirs, row} = group[way][way];
    if (worst <= differenceMax) continue;
    ++failures;
    console.error(`${group[way].file}: our ${way} says ${ours}, ONNX Runtime ${theirs}, ` +
      `more than ${differenceMax} apart for inputs ${JSON.stringify(row)}`);
  }
}
for (const [name, minimum] of promised()) {
  const compared = groups.get(name)?.patients ?? 0;
  if (compared >= minimum) continue;
  ++failures;
  console.error(`${name}: ${compared} patients compared, ${minimum} promised`);
}
process.exitCode = failures === 0 ? 0 : 1;
