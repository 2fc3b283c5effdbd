/** The mark: four boxes in a box. */
export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg aria-hidden="true" width={size} height={size} viewBox="0 0 32 32">
      <rect width="32" height="32" rx="8" fill="#4453c9" />
      <path d="M9 10.5h6v6H9zM17 10.5h6v6h-6zM9 18.5h6v3H9zM17 18.5h6v3h-6z" fill="#fff" />
    </svg>
  );
}
