"""Tables for print, the facts quoted in prose, and the page that tells the story."""
