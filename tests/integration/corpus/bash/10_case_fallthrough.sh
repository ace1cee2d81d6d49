case abc in a*) echo starts ;;& *c) echo ends ;& nothing) echo falls ;; *) echo never ;; esac
