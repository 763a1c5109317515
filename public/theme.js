// Sets the theme before the first paint: the user's choice, else what the system prefers.
{
  let theme = null;
  try {
    theme = localStorage.getItem('plimsoll-theme');
  } catch {
    // A browser that keeps nothing gets the system's preference.
  }
  if (theme !== 'light' && theme !== 'dark') theme = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
  document.documentElement.dataset.theme = theme;
}
