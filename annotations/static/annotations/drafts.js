// What has been answered and not sent yet outlives a reload, and so does the place in it. One draft a task, a week at most.
const PREFIX = "evalplatform:draft:";
const WEEK = 7 * 24 * 3600 * 1000;

export class Draft {
  constructor(assignment) {
    this.name = PREFIX + assignment;
    forgetOld();
  }

  // Answers and the place among them, each where it is known.
  read() {
    try {
      return JSON.parse(localStorage.getItem(this.name)) ?? {};
    } catch {
      return {}; // storage is closed or holds something else: there is no draft
    }
  }

  write(answers, place) {
    try {
      localStorage.setItem(this.name, JSON.stringify({ at: Date.now(), answers, place }));
    } catch {
      // storage is closed or full: the page works without drafts
    }
  }

  forget() {
    try {
      localStorage.removeItem(this.name);
    } catch {
      // as above
    }
  }
}

function forgetOld() {
  try {
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith(PREFIX)) continue;
      const { at } = JSON.parse(localStorage.getItem(name)) ?? {};
      if (!(at > Date.now() - WEEK)) localStorage.removeItem(name);
    }
  } catch {
    // storage is closed
  }
}
