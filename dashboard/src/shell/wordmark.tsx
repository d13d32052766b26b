/** The name and its sign. */
export function Wordmark() {
  return (
    <span className="flex items-center gap-2 font-semibold tracking-[-0.01em]">
      <svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true" className="text-accent">
        <rect width="16" height="16" rx="4" fill="currentColor" />
        <path d="M4.7 4v8M11.3 4v8M4.7 8h6.6" stroke="var(--bg)" strokeWidth="1.8" strokeLinecap="round" />
      </svg>
      Headgate
    </span>
  );
}
