// What the search box puts first. Sphinx's defaults rank options of commands and attributes of classes above guides.
const isReference = /^reference\//;
const isExample = /^(examples\/|files\/)/;

window.Scorer = {
  score: ([page, , , , score]) => score * (isReference.test(page) ? 0.8 : isExample.test(page) ? 0.9 : 1),
  objNameMatch: 11,
  objPartialMatch: 4,
  objPrio: { 0: 10, 1: 3, 2: -5 },
  objPrioDefault: 0,
  title: 25,
  partialTitle: 9,
  term: 5,
  partialTerm: 2,
};
