import "@fontsource-variable/inter";
import "./ui/mantine.css";
import "./ui/app.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queries } from "./api/cache";
import { router } from "./router";
import { watchStyles } from "./ui/late";
import { resolver, theme } from "./ui/theme";

watchStyles();
const place = document.getElementById("root");
if (!place) throw new Error("the page has no root");

createRoot(place).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={resolver} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
