// The idea has arrived: this tab forgets the words that phone-form.js kept.
sessionStorage.removeItem("idea.words");
