// What the search box puts first. Sphinx demands every word of a query, and takes the score of its best word. Here a page counts by all
// words that it has: rare ones more, and those of its title, headings and index entries (tools/docs/search_words.py) more.
const TEXT = 1, HEADING = 2, ENTRY = 2.5, TITLE = 3, PHRASE = 6;
const isReference = /^reference\//;
const isExample = /^(examples\/|files\/)/;
const isAside = /^(benchmarks|private-apis|dynamic-resources|comparison|faults|verify)$/; // they mention everything
const weight = (page) => (isAside.test(page) ? 0.5 : isReference.test(page) ? 0.8 : isExample.test(page) ? 0.9 : 1);

const fillers = new Set(["one", "two", "three", "use", "using", "get"]);
const isFiller = (word) => stopwords.has(word.toLowerCase()) || fillers.has(word.toLowerCase());
const words = (text) => text.split(/[^\p{Letter}\p{Number}_]+/gu).filter((word) => word && !isFiller(word));
// with neighbours as one word too: "access denied" finds AccessDenied
const withPairs = (query) => words(query).flatMap((word, n, all) => (n ? [word, all[n - 1] + word] : [word]));
const stemmer = new Stemmer();
const stems = (text) => words(text.toLowerCase()).map((word) => stemmer.stemWord(word));
const asList = (files) => (files === undefined ? [] : [files].flat());

let known; // by the name of a page: the words of its title, headings and index entries
const learn = () => {
  const { docnames, titles, alltitles, indexentries } = Search._index;
  known = docnames.map((name, n) => ({ name, title: stems(titles[n]), headings: [], entries: [] }));
  for (const [title, places] of Object.entries(alltitles)) for (const [n] of places) known[n].headings.push(stems(title));
  for (const [entry, places] of Object.entries(indexentries)) for (const [n, , isOurs] of places) if (isOurs) known[n].entries.push(stems(entry));
  // The place of an index entry has no text of its own, and Sphinx fails to show a summary of it: show one of the page instead.
  const summary = Search.makeSearchSummary;
  Search.makeSearchSummary = (html, terms, anchor) => summary(html, terms, anchor) ?? summary(html, terms, "") ?? document.createElement("p");
};

// the numbers of the pages that have a word in their text or title; as a part of a word if no page has it as a whole
const pagesWith = (word) => {
  const all = [Search._index.terms, Search._index.titleterms];
  const exact = all.flatMap((each) => (Object.hasOwn(each, word) ? asList(each[word]) : []));
  if (exact.length || word.length < 3) return new Set(exact);
  return new Set(all.flatMap((each) => Object.keys(each).flatMap((term) => (term.includes(word) ? asList(each[term]) : []))));
};

// how much each page counts for a query, and which words of the query it has
const ranked = (query) => {
  if (!known) learn();
  const wanted = [...new Set(withPairs(query).flatMap(stems))];
  const counts = known.map(() => 0);
  for (const word of wanted) {
    const pages = pagesWith(word);
    const rarity = Math.log(1 + known.length / (1 + pages.size));
    const isIn = (lists) => lists.some((list) => list.includes(word));
    for (const n of pages) {
      const { title, headings, entries } = known[n];
      const place = title.includes(word) ? TITLE : isIn(entries) ? ENTRY : isIn(headings) ? HEADING : TEXT;
      counts[n] += place * rarity;
    }
  }
  const phrase = (list) => (list.length && list.every((word) => wanted.includes(word)) ? list.length / words(query).length : 0);
  return counts.map((count, n) => (count + PHRASE * Math.max(0, ...known[n].entries.map(phrase))) * weight(known[n].name));
};

// Sphinx calls this for the words of a query: those that the best page has
var splitQuery = (query) => {
  const counts = ranked(query);
  const best = counts.indexOf(Math.max(...counts));
  return withPairs(query).filter((word) => pagesWith(stems(word)[0] ?? "").has(best));
};

window.Scorer = {
  score: ([page, , , about, score]) => {
    const query = new URLSearchParams(window.location.search).get("q") ?? "";
    return ranked(query)[known.findIndex(({ name }) => name === page)] + score / (about === null ? 1000 : 20); // a name of the API is meant if it is written in full
  },
  objNameMatch: 11,
  objPartialMatch: 4,
  objPrio: { 0: 10, 1: 3, 2: -5 },
  objPrioDefault: 0,
  title: 25,
  partialTitle: 9,
  term: 5,
  partialTerm: 2,
};
