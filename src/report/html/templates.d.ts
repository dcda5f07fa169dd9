/** The templates of the pages and of their parts, compiled from the `.hbs` files beside (`npm run client`). */
export declare const pages: Readonly<Record<"page" | "index", TemplateSpecification>>;
export declare const parts: Readonly<Record<string, TemplateSpecification>>;
