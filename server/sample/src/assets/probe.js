// The probe goes on by itself, and looks again when its page comes back into view or a visit is still under way.
const onward = document.querySelector("form[data-onward]");
if (onward) {
  onward.requestSubmit();
} else {
  // Visits made in a tab of their own are noted by the server: this page has to be read anew.
  let left = false;
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) left = true;
    else if (left) location.reload();
  });
  if (document.querySelector("[data-under-way]")) setTimeout(() => location.reload(), 2500);
}
