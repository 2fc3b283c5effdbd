import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { sessionQuery } from "../api/queries";
import type { Recipe } from "../api/types";
import { text } from "../text";
import { Card, CardSearch, Cards } from "../ui/cards";
import { Icon } from "../ui/icon";
import { Failure, Notice } from "../ui/notice";
import { Head } from "../ui/screen";
import { useTitle } from "../ui/title";
import { recipesQuery } from "./queries";
import css from "./recipe.module.css";

/** The recipes that one may use, those of one's projects among them. */
export function Recipes() {
  useTitle(text.recipe.title);
  const [words, setWords] = useState("");
  const recipes = useQuery(recipesQuery);
  return (
    <>
      <Head title={text.recipe.title}>
        <Button
          leftSection={<Icon name="plus" />}
          renderRoot={(props) => <Link to="/recipes/new" search={{}} {...props} />}
        >
          {text.recipe.add}
        </Button>
      </Head>
      {recipes.isPending && <Skeleton height={160} radius="md" />}
      {recipes.isError && !recipes.data && (
        <Failure error={recipes.error} retry={() => void recipes.refetch()} />
      )}
      {recipes.data?.length === 0 && (
        <div className="panel">
          <Notice title={text.recipe.none}>{text.recipe.noneHelp}</Notice>
        </div>
      )}
      {recipes.data && recipes.data.length > 0 && (
        <>
          <CardSearch label={text.recipe.search} value={words} onChange={setWords} />
          <Fitting recipes={recipes.data.filter((recipe) => fits(recipe, words))} />
        </>
      )}
    </>
  );
}

function fits(recipe: Recipe, words: string): boolean {
  const all = `${recipe.name} ${recipe.description} ${recipe.project} ${recipe.owner}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

function Fitting({ recipes }: { recipes: Recipe[] }) {
  const me = useQuery(sessionQuery).data?.id;
  if (recipes.length === 0)
    return (
      <div className="panel">
        <Notice title={text.recipe.noMatch} />
      </div>
    );
  return (
    <Cards label={text.recipe.title}>
      {recipes.map((recipe) => (
        <Card
          key={recipe.id}
          link={
            <Link to="/recipes/$id" params={{ id: String(recipe.id) }}>
              {recipe.name}
            </Link>
          }
          about={recipe.description || text.recipe.noDescription}
          foot={
            <>
              <span>{recipe.project ? text.recipe.sharedIn(recipe.project) : text.recipe.onlyMine}</span>
              {recipe.owner && recipe.owner !== me && <span>{text.list.by(recipe.owner)}</span>}
            </>
          }
        >
          <p className={css.asks}>
            {recipe.inputs?.length
              ? recipe.inputs.map((input) => (
                  <span key={input.name} className={css.chip}>
                    {input.label || input.name}
                  </span>
                ))
              : text.recipe.asksNothing}
          </p>
        </Card>
      ))}
    </Cards>
  );
}
