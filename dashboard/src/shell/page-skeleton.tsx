import { Skeleton, SkeletonLines } from "#components/skeleton";

/** While the code of a page comes. */
export function PageSkeleton() {
  return (
    <div className="flex flex-col gap-6 px-4 py-3 md:px-6">
      <Skeleton className="h-6 w-32" />
      <SkeletonLines count={6} />
    </div>
  );
}
