'use strict';
const byId = id => document.getElementById(id);
const pad = byId('pad');
const pen = pad.getContext('2d');
const SIZE = pad.width;
const STEP = SIZE / 56;

let strokes = [];            // each a list of [x, y], 0 to 1
let cursor = [SIZE / 2, SIZE / 4];
let penDown = false;
let drawsByKeys = false;
let asking = false;
let askAgain = false;

function draw() {
  pen.clearRect(0, 0, SIZE, SIZE);
  pen.strokeStyle = pen.fillStyle = getComputedStyle(pad).color;
  pen.lineWidth = SIZE / 13;
  pen.lineCap = pen.lineJoin = 'round';
  for (const stroke of strokes) {
    pen.beginPath();
    stroke.forEach(([x, y], i) => i ? pen.lineTo(x * SIZE, y * SIZE) : pen.moveTo(x * SIZE, y * SIZE));
    if (stroke.length === 1) pen.lineTo(stroke[0][0] * SIZE + .1, stroke[0][1] * SIZE);
    pen.stroke();
  }
  if (drawsByKeys && document.activeElement === pad) {
    pen.lineWidth = 3;
    pen.beginPath();
    pen.arc(cursor[0], cursor[1], penDown ? 8 : 16, 0, 7);
    pen.stroke();
  }
}

function question() {
  const form = new URLSearchParams();
  for (const id of ['temperature', 'hardWeight', 'softWeight', 'label', 'student', 'sample']) {
    form.set(id, byId(id).value);
  }
  form.set('strokes', strokes.map(s => s.map(p => p.map(v => v.toFixed(4)).join(',')).join(' ')).join(';'));
  return form;
}

async function ask() {
  for (const id of ['temperature', 'hardWeight', 'softWeight']) byId(id + 'Value').value = byId(id).value;
  if (asking) {
    askAgain = true;
    return;
  }
  asking = true;
  try {
    const response = await fetch('answer', {method: 'POST', body: question()});
    if (response.ok) {
      show(await response.json());
      byId('problem').textContent = '';
    } else {
      byId('problem').textContent = await response.text();
    }
  } catch (e) {
    byId('problem').textContent = 'The playground does not answer; was it stopped?';
  }
  asking = false;
  if (askAgain) {
    askAgain = false;
    ask();
  }
}

// Fragments of the page by id; what was unfolded stays unfolded.
function show(fragments) {
  const open = [...document.querySelectorAll('details')].map(d => d.open);
  for (const [id, html] of Object.entries(fragments)) byId(id).innerHTML = html;
  document.querySelectorAll('details').forEach((d, i) => { d.open = open[i] === true; });
  document.body.dataset.answers = 1 + Number(document.body.dataset.answers || 0);
}

function point(event) {
  const box = pad.getBoundingClientRect();
  const at = (value, size) => Math.min(1, Math.max(0, value / size));
  return [at(event.clientX - box.left, box.width), at(event.clientY - box.top, box.height)];
}

pad.addEventListener('pointerdown', event => {
  drawsByKeys = false;
  pad.setPointerCapture(event.pointerId);
  strokes.push([point(event)]);
  draw();
});
pad.addEventListener('pointermove', event => {
  if (!pad.hasPointerCapture(event.pointerId)) return;
  const last = strokes[strokes.length - 1];
  last.push(point(event));
  draw();
  ask();
});
pad.addEventListener('pointerup', ask);

pad.addEventListener('keydown', event => {
  const moves = {ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP]};
  const move = moves[event.key];
  const at = () => cursor.map(v => v / SIZE);
  if (event.key === ' ') {
    penDown = !penDown;
    if (penDown) strokes.push([at()]);
    byId('pen').textContent = penDown ? 'The pen is down.' : 'The pen is up.';
  } else if (move) {
    cursor = cursor.map((v, i) => Math.min(SIZE, Math.max(0, v + move[i])));
    if (penDown) strokes[strokes.length - 1].push(at());
  } else {
    return;
  }
  event.preventDefault();
  drawsByKeys = true;
  draw();
  ask();
});
pad.addEventListener('focus', draw);
pad.addEventListener('blur', () => { penDown = false; draw(); });

function clear() {
  strokes = [];
  penDown = false;
  draw();
  ask();
}
byId('clear').addEventListener('click', clear);
byId('other').addEventListener('click', () => {
  byId('sample').value = Math.floor(Math.random() * (Number(byId('sample').max) + 1));
  clear();
});
byId('sample').addEventListener('input', clear);
for (const id of ['temperature', 'hardWeight', 'softWeight', 'label', 'student']) byId(id).addEventListener('input', ask);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
draw();
ask();
